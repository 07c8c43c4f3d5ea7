import { element } from '../pages/element.js';
import { icon } from '../pages/icons.js';
import { t } from '../pages/translate.js';

export type Reading = {
  /** Returns whether the whole first layer has been in view. */
  isDone(): boolean;
  /** Scrolls to what has not been in view. */
  showRest(): void;
  close(): void;
};

/**
 * Watches whether the end of the first layer has been in view above the answers, and calls back
 * once it has. Until then, a pill above the answers says that there is more below, and describes
 * the button. The pill only scrolls, and nothing else is ever under it.
 */
export function watchReading(
  end: HTMLElement,
  answers: HTMLElement,
  approve: HTMLButtonElement,
  onDone: () => void,
): Reading {
  let done = false;
  const showRest = (): void => end.scrollIntoView({ block: 'center' });
  const pill = element(
    'button',
    { type: 'button', class: 'more-below', id: 'more-below', onclick: showRest },
    t('More below'),
    icon('chevron'),
  );
  const observer = new IntersectionObserver((entries) => {
    const entry = entries.at(-1);
    const limit = answers.getBoundingClientRect().top;
    const isSeen = entry?.isIntersecting === true && entry.boundingClientRect.bottom <= limit + 1;
    if (!isSeen || done) return;
    done = true;
    close();
    pill.remove();
    approve.removeAttribute('aria-describedby');
    onDone();
  });
  /**
   * Looks again after scrolling, because the observer reports crossings of the frame's edge only.
   */
  const look = (): void => {
    observer.unobserve(end);
    observer.observe(end);
  };
  const close = (): void => {
    observer.disconnect();
    removeEventListener('scroll', look, true);
    removeEventListener('resize', look);
  };
  approve.setAttribute('aria-describedby', 'more-below');
  answers.prepend(pill);
  addEventListener('scroll', look, true);
  addEventListener('resize', look);
  observer.observe(end);
  return { isDone: () => done, showRest, close };
}
