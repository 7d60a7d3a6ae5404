"""How much CPU a whole crawl costs, beside a straightforward project, other extractors, and what cannot be avoided."""
