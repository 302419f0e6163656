/** What the long run asks of the process that reads, and what it hears. */
export interface Round {
  readonly name: string;
  readonly seed: number;
  readonly runs: number;
  /** fast-check's path to one case of the round, to repeat it alone. */
  readonly path?: string;
}

export interface RoundResult {
  readonly cases: number;
  /** Peak of resident memory in bytes since the process began. */
  readonly peak: number;
  readonly failure?: {
    readonly message: string;
    readonly path: string;
    /** The smallest input that fails, base64; absent where the property takes no bytes. */
    readonly input?: string;
  };
}
