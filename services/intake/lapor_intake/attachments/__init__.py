"""Files that come with reports: checked by their content, cleaned, encrypted, and named by ids nobody can guess."""
