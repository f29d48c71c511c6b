"""Pictures of numbers, drawn by pyqtgraph: imported only where a page with pictures is opened."""
