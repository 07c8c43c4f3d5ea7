type TaskShape<Id> = { readonly id: Id; readonly needs: readonly Id[] };

/**
 * Executes each task as soon as the tasks it needs are done, at most `parallelism` at a time. After
 * the first failure no further task starts. Settles only when every started task has settled, so no
 * request outlives its run. Rejects the first failure, or TypeError if a task needs one that is not
 * in `tasks`.
 */
export async function executeTasks<Id extends string, T extends TaskShape<Id>>(
  tasks: readonly T[],
  perform: (task: T) => Promise<void>,
  parallelism: number,
): Promise<void> {
  const waiting = new Set(tasks);
  const done = new Set<Id>();
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];

  const start = (task: T): void => {
    waiting.delete(task);
    const settled: Promise<void> = perform(task)
      .then(() => void done.add(task.id))
      .catch((error: unknown) => void failures.push(error))
      .finally(() => underWay.delete(settled));
    underWay.add(settled);
  };

  for (;;) {
    for (const task of waiting) {
      if (failures.length > 0 || underWay.size >= parallelism) break;
      if (task.needs.every((id) => done.has(id))) start(task);
    }
    if (underWay.size === 0) break;
    await Promise.race(underWay);
  }
  if (failures.length > 0) throw failures[0];
  if (waiting.size > 0) throw new TypeError('a task needs one that is not in the plan');
}
