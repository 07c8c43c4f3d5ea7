import type { KvValue } from '../store/effect.js';

/** The effect of one capability of an invocation. Capabilities without a handler have none. */
export type Outcome =
  | { readonly kind: 'read'; readonly key: string; readonly value: KvValue | undefined }
  | { readonly kind: 'metadata'; readonly key: string; readonly value: KvValue | undefined }
  | {
      readonly kind: 'list';
      readonly keys: readonly string[];
      readonly truncated: boolean;
      readonly cursor?: string;
    }
  | { readonly kind: 'write'; readonly hash: string }
  | { readonly kind: 'delete'; readonly hash: string | undefined }
  /** Serialized JSON of `capabilities/read`. */
  | { readonly kind: 'json'; readonly text: string };
