import { createInterface } from "node:readline";

/** Asks a person at the terminal. Anything but yes is no, also the end of input and Ctrl+C. */
export async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await new Promise((resolve) => {
      terminal.once("close", () => resolve(false));
      terminal.once("SIGINT", () => terminal.close());
      terminal.question(question, (answer) => resolve(/^(?:y|yes)$/i.test(answer.trim())));
    });
  } finally {
    terminal.close();
  }
}
