"""The report of one run: one HTML file for those who answer for the portal, to read, send and print."""
