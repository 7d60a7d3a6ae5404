"""The hand-over: a folder that holds a data set whole, says what it is in two languages, and can be proven."""
