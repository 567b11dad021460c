"""Any CRM with an HTTP interface of JSON: its customers, results and tables, by settings alone."""
