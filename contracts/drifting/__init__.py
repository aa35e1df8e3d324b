"""Names each way in which two recorded runs differ, once."""
