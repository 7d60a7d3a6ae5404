"""The keeping: Articles in, CMS rows out; it never imports the crawl."""
