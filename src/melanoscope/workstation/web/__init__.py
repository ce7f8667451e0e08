"""Pages: one router for each area, one template for each page. Routes ask services; templates lay out."""
