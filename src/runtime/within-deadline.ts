/**
 * Resolves or rejects as `work` does, or with what `late` returns or throws if that takes longer
 * than `ms`. The work itself is not stopped.
 */
export async function withinDeadline<T, Late>(
  work: Promise<T>,
  ms: number,
  late: () => Late,
): Promise<T | Late> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    return await Promise.race([work, deadline.then(late)]);
  } finally {
    clearTimeout(timer);
  }
}
