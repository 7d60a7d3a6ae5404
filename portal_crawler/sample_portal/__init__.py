"""A SharePoint-like news portal of an invented Vietnamese city, to crawl without any network."""

from portal_crawler.sample_portal.server import SamplePortal

__all__ = ["SamplePortal"]
