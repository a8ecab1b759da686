/** Given names of people who built computing and mathematics. */
export const FIRST_NAMES = (
  'Alan Alonzo Anita Annie Barbara Bessie Carol Chien Claude Donald Dorothy Edith Edsger Emmy Evelyn Frances ' +
  'Fran Gladys Grete Hedy Ida Jean Joan Joy Karen Kathleen Katherine Leslie Lois Lynn Margaret Marlyn Mary Maryam ' +
  'Melba Niklaus Olga Peter Radia Rosalind Ruth Shafi Sofia Sophie Stephanie Susan Sylvia Thelma Valerie Wang'
).split(' ');

/** Family names, of the same and others. */
export const LAST_NAMES = (
  'Abbate Allen Antonelli Bartik Borg Booth Clarke Conway Cori Dijkstra Easley Estrin Feinler Germain Goldberg ' +
  'Goldwasser Granville Hamilton Hermann Holberton Ito Jackson Johnson Keller Kovalevsky Lamarr Liskov Lynch ' +
  'Mirzakhani Mouton Noether Okafor Perlman Peter Rhodes Ride Sammet Shaw Shirley Spence Stanley Teitelbaum Turing ' +
  'Vaughan Warner Wilson Wing Wirth Yao Zhang'
).split(' ');
