"""What a run says to people: results, wording, pictures, report, model card, workbook."""
