"""Parts of the page of data: files handed in, looked at, and declared."""
