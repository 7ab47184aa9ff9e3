"""What a project declares: requirement files, read as pip reads them."""
