"""Crawls that begin by themselves: timers of systemd, or lines for cron."""
