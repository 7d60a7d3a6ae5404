"""What is true of every SharePoint portal."""
