"""What an imported article is in Wagtail; keep the source fields when you change the rest."""

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.blocks import RawHTMLBlock, RichTextBlock
from wagtail.fields import StreamField
from wagtail.images import get_image_model_string
from wagtail.models import Page
from wagtail.snippets.models import register_snippet


@register_snippet
class PortalSection(models.Model):
    """A section of the old portal."""

    slug = models.SlugField(primary_key=True, max_length=200)
    name = models.CharField(max_length=255)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL)

    def __str__(self) -> str:
        return str(self.name)


class PortalIndexPage(Page):
    """The page under which all articles stand."""

    subpage_types = ["portal_import.PortalArticlePage"]


class PortalArticlePage(Page):
    """One article. `import_hash` is of the line it was imported from; `published_as` as precise as the source."""

    source_uid = models.UUIDField(unique=True, editable=False)
    source_url = models.TextField(editable=False)
    import_hash = models.CharField(max_length=64, editable=False)
    published_as = models.CharField(max_length=32, blank=True)
    published_at = models.DateTimeField(null=True, blank=True, db_index=True)
    byline = models.CharField(max_length=255, blank=True)
    section = models.ForeignKey(PortalSection, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    summary = models.TextField(blank=True)
    lead_image = models.ForeignKey(
        get_image_model_string(), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    lead_caption = models.TextField(blank=True)
    body = StreamField([("text", RichTextBlock()), ("html", RawHTMLBlock())], blank=True)

    parent_page_types = ["portal_import.PortalIndexPage"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("published_at"),
        FieldPanel("byline"),
        FieldPanel("section"),
        FieldPanel("summary"),
        FieldPanel("lead_image"),
        FieldPanel("lead_caption"),
        FieldPanel("body"),
    ]
