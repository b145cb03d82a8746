package aicr

// ProveFlux is for tests that give it what no recipe should ever become.
var ProveFlux = proveFlux
