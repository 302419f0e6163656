/** Date and time as MS-DOS keeps them, in steps of two seconds and without a zone: ours are UTC. MS-CAB, section 2.3. */
export interface DosTime {
  readonly date: number;
  readonly time: number;
}

const firstYear = 1980;
const lastYear = 2107;

/** `epoch`: seconds since 1970. Undefined for a year before 1980 or after 2107. */
export function dosTime(epoch: number): DosTime | undefined {
  const at = new Date(epoch * 1000);
  const year = at.getUTCFullYear();
  if (!(year >= firstYear && year <= lastYear)) return undefined;
  return {
    date: ((year - firstYear) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
  };
}

/** Seconds since 1970; undefined where the numbers are no time. */
export function fromDosTime({ date, time }: DosTime): number | undefined {
  const epoch =
    Date.UTC(
      firstYear + (date >> 9),
      ((date >> 5) & 15) - 1,
      date & 31,
      time >> 11,
      (time >> 5) & 63,
      (time & 31) * 2,
    ) / 1000;
  const again = dosTime(epoch);
  return again?.date === date && again.time === time ? epoch : undefined;
}
