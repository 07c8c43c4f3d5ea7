/** The SGX extension of a PCK certificate of a test machine. */
import { boolean, extension, integer, octets, oid, sequence, type Der } from './der-writer.js';

const SGX = '1.2.840.113741.1.13.1';
const member = (id: string, value: Der): Der => sequence(oid(`${SGX}.${id}`), value);

export type PlatformFacts = {
  readonly components: readonly number[];
  readonly pceSvn: number;
  readonly pceId: Uint8Array;
  readonly fmspc: Uint8Array;
};

export const PPID = Uint8Array.from({ length: 16 }, (_, at) => at);

export function platformExtension({ components, pceSvn, pceId, fmspc }: PlatformFacts): Der {
  const tcb = sequence(
    ...components.map((svn, at) => member(`2.${at + 1}`, integer(svn))),
    member('2.17', integer(pceSvn)),
    member('2.18', octets(Uint8Array.from(components))),
  );
  const flags = sequence(member('7.1', boolean(true)), member('7.3', boolean(false)));
  const value = sequence(
    member('1', octets(PPID)),
    member('2', tcb),
    member('3', octets(pceId)),
    member('4', octets(fmspc)),
    member('5', integer(1, 0x0a)),
    member('7', flags),
  );
  return extension(SGX, false, value);
}
