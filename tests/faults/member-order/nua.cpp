// g++ -std=c++20 -g -O0 -c nua.cpp -o nua.o
struct Empty {};
struct Two { [[no_unique_address]] Empty first; [[no_unique_address]] Empty second; int value; };
Two two;
