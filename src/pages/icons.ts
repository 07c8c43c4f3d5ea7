import { decoration, pathElement } from './svg.js';

/** Line drawings on a grid of 24 units. */
const DRAWINGS = {
  alert: 'M12 4 3 19.5h18zM12 10v4.5M12 17h.01',
  arc: 'M12 4a8 8 0 0 1 8 8',
  archive: 'M4 5h16v4H4zM5.5 9v10h13V9M10 13h4',
  arrow: 'm9.5 6.5 5.5 5.5-5.5 5.5',
  book: 'M5 5.5a2 2 0 0 1 2-2h12v15H7a2 2 0 0 0-2 2zM5 20.5h14M9 7.5h6',
  box: 'M12 3.5 20 8v8l-8 4.5L4 16V8zM4.2 8 12 12.4 19.8 8M12 12.4v8',
  building: 'M4.5 20V11a7.5 7.5 0 0 1 15 0v9M3 20h18M9 20v-8M12 20v-8M15 20v-8',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  chevron: 'm7 10 5 5 5-5',
  clock: 'M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM12 8v4.5l3 2',
  close: 'M6.5 6.5l11 11M17.5 6.5l-11 11',
  code: 'm8.5 7-5 5 5 5M15.5 7l5 5-5 5M13.5 5l-3 14',
  copy: 'M9 9h10.5v10.5H9zM5.5 15H4.5V4.5H15v1',
  cpu: 'M7.5 7.5h9v9h-9zM10 4.5v3M14 4.5v3M10 16.5v3M14 16.5v3M4.5 10h3M4.5 14h3M16.5 10h3M16.5 14h3',
  cross: 'M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM9.5 9.5l5 5M14.5 9.5l-5 5',
  database: 'M4 5h16v14H4zM4 10h16M4 14.5h16M10 10v9',
  dots: 'M5.5 12h.01M12 12h.01M18.5 12h.01',
  download: 'M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 19.5h14',
  exit: 'M13.5 5H5v14h8.5M10 12h10M16.5 8.5 20 12l-3.5 3.5',
  eye: 'M3 12c2.5-4 5.5-6 9-6s6.5 2 9 6c-2.5 4-5.5 6-9 6s-6.5-2-9-6zM12 9.500a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z',
  folder: 'M3.5 18V6.500h5.500l2 2.500h9.500v9z',
  globe:
    'M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM3.5 12h17M12 3.5c5.5 5.5 5.5 11.5 0 17-5.5-5.5-5.5-11.5 0-17z',
  grid: 'M4.5 4.5h6v6h-6zM13.5 4.5h6v6h-6zM4.5 13.5h6v6h-6zM13.5 13.5h6v6h-6z',
  home: 'm4 11 8-7 8 7M6 9.5V20h12V9.5',
  host: 'M4 5h16v6H4zM4 13h16v6H4zM7.5 8h.01M7.5 16h.01',
  key: 'M8 8.500a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM11.5 12H20v3M17 12v2.5',
  laptop: 'M5.5 6h13v9.5h-13zM3 19h18',
  list: 'M4 7h9M4 12h6M4 17h5M13.5 15l2.5 2.5 4.5-5',
  lock: 'M6 11h12v8.500H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  network:
    'M12 3.5a2.25 2.25 0 1 1 0 4.5 2.25 2.25 0 0 1 0-4.5zM5.5 15.5a2.25 2.25 0 1 1 0 4.5 2.25 2.25 0 0 1 0-4.5zM18.5 15.5a2.25 2.25 0 1 1 0 4.5 2.25 2.25 0 0 1 0-4.5zM11 7.8l-4.4 7.8M13 7.8l4.4 7.8M7.8 17.75h8.4',
  passkey:
    'M9 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM3.5 19c.5-3.5 2.5-5.5 5.5-5.5 1.2 0 2.2.3 3 .8M17 11a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.400zM17 15.400V20M17 18h2',
  person: 'M12 5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM5 20c.6-3.8 3.2-6 7-6s6.4 2.2 7 6',
  phone: 'M8 3.5h8v17H8zM11 17.5h2',
  pulse: 'M3.5 12.5h4l3-7 4 13 2.5-6h3.5',
  question:
    'M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM9.8 9.800a2.3 2.3 0 1 1 3.2 2.100c-.7.3-1 .8-1 1.600M12 16.500h.01',
  ring: 'M12 5a7 7 0 1 1 0 14 7 7 0 0 1 0-14z',
  running: 'M12 3.500a8.5 8.5 0 1 1-8.5 8.5',
  shield: 'm12 3.5 7 2.5v5.5c0 4.5-2.8 7.5-7 9-4.2-1.5-7-4.5-7-9V6z',
  sliders:
    'M4 8h9M17 8h3M15 5.8a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.4zM4 16h3M11 16h9M9 13.8a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.4z',
  waiting: 'M12 4.500a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15z',
  wallet: 'M4 7.500h14.500v11H4zM4 7.500l11-3v3M15.5 13h.01',
  window: 'M4 5h16v14H4zM4 9h16',
} as const;

export type IconName = keyof typeof DRAWINGS;

/** Creates the path of an icon, for use inside a larger picture. */
export const iconPath = (name: IconName): SVGPathElement => pathElement(DRAWINGS[name]);

/** Creates an icon. It repeats what the text beside it says, so assistive technology skips it. */
export const icon = (name: IconName, className = 'icon'): SVGSVGElement =>
  decoration(className, '0 0 24 24', iconPath(name));
