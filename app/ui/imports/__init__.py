"""Parts of the page «Импорт»: past imports, the look at a file, and the choosing of its columns."""
