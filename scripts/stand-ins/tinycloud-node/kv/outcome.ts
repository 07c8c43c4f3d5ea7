import type { KvValue } from '../store/effect.js';

/** What one capability of an invocation brought about. Capabilities nothing handles leave none. */
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
  /** JSON already written, of `capabilities/read`. */
  | { readonly kind: 'json'; readonly text: string };
