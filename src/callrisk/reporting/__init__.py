"""The reports of a run: results, wording, pictures, report, model card, workbook."""
