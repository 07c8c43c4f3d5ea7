/** A terminal that can be read key by key. */
export type Terminal = NodeJS.ReadableStream & {
  setRawMode(on: boolean): unknown;
};

const END = new Set(['\r', '\n', '\u0004']);
const INTERRUPT = '\u0003';
const ERASE = new Set(['\u007F', '\b']);

/** Asks for a line without echo. `onInterrupt` handles Ctrl-C, because a raw terminal does not. */
export function promptHidden(
  input: Terminal,
  output: NodeJS.WritableStream,
  question: string,
  onInterrupt: () => void,
): Promise<string> {
  output.write(question);
  input.setRawMode(true);
  input.setEncoding('utf8');
  return new Promise((resolve) => {
    let line = '';
    const finish = (answer: string): void => {
      input.off('data', onData);
      input.setRawMode(false);
      input.pause();
      output.write('\n');
      resolve(answer);
    };
    const onData = (chunk: Buffer | string): void => {
      for (const character of String(chunk)) {
        if (END.has(character)) return finish(line);
        if (character === INTERRUPT) {
          onInterrupt();
          return finish('');
        }
        line = ERASE.has(character) ? line.slice(0, -1) : line + character;
      }
    };
    input.on('data', onData);
    input.resume();
  });
}
