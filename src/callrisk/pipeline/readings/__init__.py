"""The reading of an export in parts: kept as Parquet files, over all cores, and taken up again."""
