"""From a captured page to a typed reading: pure functions, no network, disk, clock or Scrapy."""
