"""The line to SIAK, the national population register."""
