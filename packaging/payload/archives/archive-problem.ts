/** Why an archive is refused; the sentence goes on after its name: `has two entries named bin/runtime`. */
export class ArchiveProblem extends Error {
  override readonly name = "ArchiveProblem";
  readonly hint: string | undefined;

  constructor(problem: string, hint?: string) {
    super(problem);
    this.hint = hint;
  }
}
