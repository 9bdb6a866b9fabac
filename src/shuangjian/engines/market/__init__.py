"""选课市场: pupils, courses and wishes as integers, and the files that they come from and go to."""
