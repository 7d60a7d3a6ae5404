"""The crawl: pages of a SharePoint news portal in, Articles out."""

__version__ = "0.1.0"
