import { test } from '../test.js';
import { testStateStore } from '../contracts/state-store.js';
import { createMemoryStateStore } from '../memory-state-store.js';

testStateStore(test, 'memory', async () => createMemoryStateStore());
