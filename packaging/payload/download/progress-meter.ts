import type { DownloadPolicy } from "./policy.ts";
import type { Meter } from "./transfer.ts";

/**
 * Lines about a download that is under way: `fetching lamp.tar.gz from dl.example: 45 % of 120.0 MB, 12.3 MB/s`, at most
 * one in so many milliseconds. The speed is that of the bytes since the line before.
 */
export function progressMeter(
  what: string,
  { progressEveryMs }: Pick<DownloadPolicy, "progressEveryMs">,
  progress: ((line: string) => void) | undefined,
): Meter {
  let last: { readonly at: number; readonly done: number } | undefined;
  return (done, total) => {
    const at = performance.now();
    if (last === undefined || done < last.done) {
      last = { at, done };
      return;
    }
    if (at - last.at < progressEveryMs) return;
    const speed = (done - last.done) / 1e3 / (at - last.at);
    const share =
      total === undefined ? megabytes(done) : `${Math.floor((100 * done) / total)} % of ${megabytes(total)}`;
    progress?.(`${what}: ${share}, ${speed.toFixed(1)} MB/s`);
    last = { at, done };
  };
}

/** `120.0 MB`: millions of bytes. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
