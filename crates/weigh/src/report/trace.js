// Tracing: a reader chooses a box of the influence graph, and all that leads from it to the question stands out, with
// what the table says of that box beneath. Text only ever comes from the page itself.
(() => {
  'use strict';
  const section = document.getElementById('graph'), graph = section?.querySelector('svg.graph');
  if (!graph) return;
  const boxes = [...graph.querySelectorAll('.node')], rows = [...section.querySelectorAll('.in-words tbody tr')];
  const arrows = [...graph.querySelectorAll('.edge')].map((path) => ({ path, from: Number(path.dataset.from), to: Number(path.dataset.to) }));
  const told = document.getElementById('traced'), said = told.querySelector('p'), clearing = told.querySelector('button');
  const hint = said.textContent;
  let chosen = null;

  // All boxes that some lead to, going along the arrows or against them, themselves among them.
  function reached(some, from, to) {
    const seen = new Set(some);
    for (const box of seen) for (const arrow of arrows) if (arrow[from] === box) seen.add(arrow[to]);
    return seen;
  }
  const isQuestion = (box) => boxes[box].classList.contains('question');
  const before = reached([...boxes.keys()].filter(isQuestion), 'to', 'from');
  // Of a question, what leads to it.
  function leading(box) {
    if (isQuestion(box)) return reached([box], 'to', 'from');
    const after = reached([box], 'from', 'to');
    return new Set([box, ...[...after].filter((other) => before.has(other))]);
  }

  function choose(box) {
    chosen = box;
    const on = box === null ? new Set() : leading(box);
    graph.classList.toggle('is-traced', box !== null);
    told.classList.toggle('is-on', box !== null);
    boxes.forEach((it, ix) => { it.classList.toggle('is-on', on.has(ix)); it.setAttribute('aria-pressed', String(ix === box)); });
    for (const { path, from, to } of arrows) {
      // What stands out lies above what does not.
      if (path.classList.toggle('is-on', on.has(from) && on.has(to))) graph.insertBefore(path, boxes[0]);
    }
    clearing.hidden = box === null;
    if (box === null) { said.textContent = hint; return; }
    const name = document.createElement('strong');
    name.append(...rows[box].cells[0].cloneNode(true).childNodes, ' (', ...rows[box].cells[1].cloneNode(true).childNodes, ').');
    said.replaceChildren(name, ' ', ...rows[box].cells[3].cloneNode(true).childNodes);
    told.scrollTop = 0;
  }
  function clear() {
    const box = boxes[chosen];
    choose(null);
    box.focus({ preventScroll: true });
  }

  // What can be chosen is no longer a picture alone.
  graph.setAttribute('role', 'group');
  boxes.forEach((box, ix) => {
    box.setAttribute('tabindex', '0');
    box.setAttribute('role', 'button');
    box.addEventListener('click', () => choose(chosen === ix ? null : ix));
    box.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      choose(chosen === ix ? null : ix);
    });
  });
  graph.addEventListener('click', (event) => { if (!event.target.closest('.node')) choose(null); });
  clearing.addEventListener('click', clear);
  // Here Escape gives up the box, and only elsewhere the numbers that were moved.
  section.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || chosen === null) return;
    event.stopPropagation();
    clear();
  });
  choose(null);
  told.hidden = false;
})();
