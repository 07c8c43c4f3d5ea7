import { decoration, pathElement } from './svg.js';

/** Line drawings on a grid of 24 units. */
const DRAWINGS = {
  alert: 'M12 4 3 19.5h18zM12 10v4.5M12 17h.01',
  box: 'M12 3.5 20 8v8l-8 4.5L4 16V8zM4.2 8 12 12.4 19.8 8M12 12.4v8',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  chevron: 'm7 10 5 5 5-5',
  clock: 'M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM12 8v4.5l3 2',
  close: 'M6.5 6.5l11 11M17.5 6.5l-11 11',
  cross: 'M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM9.5 9.5l5 5M14.5 9.5l-5 5',
  database: 'M4 5h16v14H4zM4 10h16M4 14.5h16M10 10v9',
  eye: 'M3 12c2.5-4 5.5-6 9-6s6.5 2 9 6c-2.5 4-5.5 6-9 6s-6.5-2-9-6zM12 9.500a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z',
  folder: 'M3.5 18V6.500h5.500l2 2.500h9.500v9z',
  host: 'M4 5h16v6H4zM4 13h16v6H4zM7.5 8h.01M7.5 16h.01',
  key: 'M8 8.500a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM11.5 12H20v3M17 12v2.5',
  forward: 'm9.5 6.5 5.5 5.5-5.5 5.5',
  list: 'M4 7h9M4 12h6M4 17h5M13.5 15l2.5 2.5 4.5-5',
  lock: 'M6 11h12v8.500H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  passkey:
    'M9 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM3.5 19c.5-3.5 2.5-5.5 5.5-5.5 1.2 0 2.2.3 3 .8M17 11a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.400zM17 15.400V20M17 18h2',
  person: 'M12 5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM5 20c.6-3.8 3.2-6 7-6s6.4 2.2 7 6',
  phone: 'M7 3h10v18H7zM11 17.750h2',
  question:
    'M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM9.8 9.800a2.3 2.3 0 1 1 3.2 2.100c-.7.3-1 .8-1 1.600M12 16.500h.01',
  running: 'M12 3.500a8.5 8.5 0 1 1-8.5 8.5',
  waiting: 'M12 4.500a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15z',
  wallet: 'M4 7.500h14.500v11H4zM4 7.500l11-3v3M15.5 13h.01',
  window: 'M4 5h16v14H4zM4 9h16',
} as const;

export type IconName = keyof typeof DRAWINGS;

/** Creates an icon. It repeats what the text beside it says, so assistive technology skips it. */
export const icon = (name: IconName, className = 'icon'): SVGSVGElement =>
  decoration(className, '0 0 24 24', pathElement(DRAWINGS[name]));
