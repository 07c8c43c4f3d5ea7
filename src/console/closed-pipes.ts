/**
 * Lets a program go on when the reader of its output is gone, as in `command | head -1`. The rest
 * of the output is discarded, and what the program does is not interrupted halfway. Its exit code
 * is that of the whole work.
 */
export function ignoreClosedPipes({
  stdout,
  stderr,
}: Pick<NodeJS.Process, 'stdout' | 'stderr'>): void {
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}
