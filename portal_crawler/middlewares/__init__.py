"""Scrapy's downloader middlewares of this project: who may be asked, robots.txt, whole answers."""
