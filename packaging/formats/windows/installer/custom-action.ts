/** A command that the installer runs as the system, between the beginning and the end of the transaction. */
export interface CustomAction {
  readonly key: string;
  /** The program's path in quotation marks, and its arguments; a Formatted text. */
  readonly command: string;
  /** `undo`: only when the transaction is taken back, in the place of what it undoes. */
  readonly runs: "forward" | "undo";
  /** Whether a failure is the installation's. What takes back never fails. */
  readonly vital: boolean;
  readonly condition: string;
  /** Its place in InstallExecuteSequence. */
  readonly sequence: number;
}
