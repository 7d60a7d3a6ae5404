"""Scrapy's settings, each one that is not Scrapy's own choice with its reason (docs/settings.md lists them)."""

from portal_crawler import __version__

BOT_NAME = "portal-crawler"
SPIDER_MODULES = ["portal_crawler.spiders"]
NEWSPIDER_MODULE = "portal_crawler.spiders"

# --- Who asks: a server's owner must be able to find out who is crawling; profiles add a contact.
USER_AGENT = f"portal-crawler/{__version__} (archiving public news)"
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5",
    # Vietnamese first: some portals choose the language of their forms by it.
    "Accept-Language": "vi,en;q=0.5",
}

# --- Politeness: a city's server is small, and we are in no hurry. Profiles may change delay and concurrency.
ROBOTSTXT_OBEY = True
CONCURRENT_REQUESTS = 8
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0.5  # pauses of half to one and a half times the delay, as Scrapy has always made them

# --- Safety: everything fetched is hostile.
DOWNLOAD_VERIFY_CERTIFICATES = True  # Scrapy's default trusts any certificate
DOWNLOAD_TIMEOUT = 60  # a total per answer: a server that drips bytes must not hold the crawl
DOWNLOAD_MAXSIZE = 32 * 1024 * 1024  # decompressed bytes; a page of a portal has 0.1 to 2 MB
DOWNLOAD_WARNSIZE = 0  # what is over the limit becomes a failure row; warnings besides would be noise
DOWNLOAD_FAIL_ON_DATALOSS = True  # an answer cut short is no answer
REDIRECT_MAX_TIMES = 5  # a loop ends soon
METAREFRESH_ENABLED = False  # an error page's refresh would be taken for the article
REMOTE_CONTROL_ENABLED = False  # Scrapy 2.19 otherwise opens a local server that runs Python code
TELNETCONSOLE_ENABLED = False  # the same, older
DOWNLOAD_HANDLERS = {  # http and https only, and Ctrl-C need not wait for a server that does not answer
    "http": "portal_crawler.middlewares.download.StoppableDownloadHandler",
    "https": "portal_crawler.middlewares.download.StoppableDownloadHandler",
    "file": None,
    "ftp": None,
    "s3": None,
    "data": None,
}
HTTPPROXY_ENABLED = False  # an archive must know whom it asked
COOKIES_ENABLED = True  # view states are bound to ASP.NET sessions
SPIDER_MIDDLEWARES = {  # nobody needs to know our path through a portal
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "portal_crawler.middlewares.redirects.NoReferer": 700,
    # what follows has nothing to do for requests that a frontier hands out, and is asked for each of them
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}
URLLENGTH_LIMIT = 0  # pager tokens are long; a dropped one would be a silently short list

# --- Nothing lost: the frontier is in the database, and every answer comes back to the spider, which decides.
SCHEDULER = "portal_crawler.frontier.scheduler.FrontierScheduler"
RETRY_ENABLED = False  # the frontier tries again, later and with growing pauses
HTTPERROR_ALLOW_ALL = True  # an error page is captured and becomes a failure row
CONCURRENT_ITEMS = 1  # an article is durable before the next thing its page brought is handled
RETRY_BASE_DELAY = 2.0  # ours: seconds before the first new try; doubles with each
RETRY_MAX_DELAY = 120.0  # ours: the longest pause that we choose ourselves; Retry-After may ask for more
RETRY_ATTEMPTS = 6  # ours: tries of one address in one crawl

MEDIA = True  # ours: fetch the images and attachments of articles; the files go into FILES_STORE

ITEM_PIPELINES = {
    "pipelines.normalize.NormalizePipeline": 100,
    "pipelines.validate.ValidatePipeline": 200,
    "pipelines.store.StorePipeline": 900,
    "pipelines.media.MediaPipeline": 950,  # behind the store: it wants the files of stored articles only
}

DOWNLOADER_MIDDLEWARES = {
    # the guard knows the hosts, the tally keeps the counts; nobody logs in
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
    # before robots.txt is even asked for, and again for every redirect
    "portal_crawler.middlewares.guard.GuardMiddleware": 50,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "portal_crawler.middlewares.robots.StrictRobotsMiddleware": 100,
    # "changed since?" where the portal's validators have proved honest: fewer bytes, less work for its server
    "portal_crawler.middlewares.conditional.ConditionalMiddleware": 400,
    # before Scrapy's redirect middleware (600) turns a redirect into the next request
    "portal_crawler.middlewares.redirects.RedirectRecordMiddleware": 605,
    # right after the network: nothing may be asked between a 429 and its reading
    "portal_crawler.middlewares.hold.HoldMiddleware": 900,
    # between the network and decompression: Scrapy takes a cut gzip stream for a whole one
    "portal_crawler.middlewares.integrity.IntegrityMiddleware": 595,
}

# Scrapy imports whatever stands in its own list, also what is switched off (of its remote control: a web server, 70 ms),
# so the list is replaced: here is what a user may switch on. Counting is the tally's work, once and durably.
EXTENSIONS_BASE = {
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.feedexport.FeedExporter": 0,
    "scrapy.extensions.throttle.AutoThrottle": 0,
}
EXTENSIONS = {
    "portal_crawler.bookkeeping.Bookkeeping": 100,
}

FEED_EXPORT_ENCODING = "utf-8"
LOG_LEVEL = "INFO"
STATS_CLASS = "scrapy.statscollectors.DummyStatsCollector"  # `runs` keeps what is counted, durably
STATS_DUMP = False  # the summary says it for people
