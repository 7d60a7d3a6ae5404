"""Tells Django the name of the app."""

from django.apps import AppConfig


class PortalImportConfig(AppConfig):
    """The app `portal_import`."""

    name = "portal_import"
    default_auto_field = "django.db.models.BigAutoField"
