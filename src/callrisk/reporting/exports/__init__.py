"""Tables and figures that leave a page: as a workbook, as CSV, as a page to read and print."""
