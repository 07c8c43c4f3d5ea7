/**
 * Executes tasks as soon as what they need is done, a bounded number at a time. After the first failure nothing new
 * starts, and all that is under way is waited for: no request outlives the run that sent it.
 */
type TaskShape<Id> = { readonly id: Id; readonly needs: readonly Id[] };

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
