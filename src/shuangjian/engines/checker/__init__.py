"""核对: reads published files and proves or refutes an allocation; shares no code with a solver."""
