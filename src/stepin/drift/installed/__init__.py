"""What an environment holds, read without running its interpreter."""
