/** What a command answered. */
export interface Answer {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command's work in this process, in a directory as if it had been started there. A process of its own costs five times as much: those that are
 * started in earnest show that the program is put together rightly, this that it does what it should.
 */
export function answerIn(directory: string, work: () => void, env: NodeJS.ProcessEnv = process.env): Answer {
  const [cwd, exitCode, own] = [process.cwd(), process.exitCode, process.env];
  const said = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((stream) =>
    jest.spyOn(process[stream], "write").mockImplementation((text) => {
      said[stream] += String(text);
      return true;
    }),
  );
  process.chdir(directory);
  process.exitCode = 0;
  process.env = env;
  try {
    work();
    return { status: Number(process.exitCode), ...said };
  } finally {
    process.exitCode = exitCode;
    process.env = own;
    process.chdir(cwd);
    for (const spy of spies) spy.mockRestore();
  }
}
