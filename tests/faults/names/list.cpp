// g++ -g -O0 -c list.cpp -o list.o
template <typename T> struct List { T value; List<T> *next; };
List<int> list;
